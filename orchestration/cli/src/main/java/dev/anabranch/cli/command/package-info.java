/** The commands that start, show and stop a platform, or ask a running one for something. */
package dev.anabranch.cli.command;
