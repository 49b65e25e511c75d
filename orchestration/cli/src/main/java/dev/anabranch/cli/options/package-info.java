/** Options that several commands share. */
package dev.anabranch.cli.options;
