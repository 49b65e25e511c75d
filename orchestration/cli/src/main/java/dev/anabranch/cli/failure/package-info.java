/** How a command fails: a message for the user and the exit code that scripts see. */
package dev.anabranch.cli.failure;
