/** The platform's HTTP API as the command line uses it. */
package dev.anabranch.cli.api;
