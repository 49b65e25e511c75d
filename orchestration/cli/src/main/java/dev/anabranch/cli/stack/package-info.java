/** The full stack in containers: its secrets, its addresses, and docker compose. */
package dev.anabranch.cli.stack;
