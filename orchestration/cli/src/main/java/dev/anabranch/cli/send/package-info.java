/** Sends records to the platform's topic at a set rate and writes the ledger of what was sent. */
package dev.anabranch.cli.send;
