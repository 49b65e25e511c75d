/** The {@code anabranch} command line. */
package dev.anabranch.cli;
