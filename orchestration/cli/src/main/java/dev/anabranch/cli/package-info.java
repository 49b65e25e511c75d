/** The command line. */
package dev.anabranch.cli;
