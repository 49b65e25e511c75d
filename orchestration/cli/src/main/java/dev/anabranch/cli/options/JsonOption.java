package dev.anabranch.cli.options;

import picocli.CommandLine.Option;

/** The option of every command that has a result. */
public final class JsonOption {

  @Option(names = "--json", description = "The result as one JSON document on standard output.")
  private boolean wanted;

  /** Whether standard output is to hold one JSON document and nothing else. */
  public boolean wanted() {
    return wanted;
  }
}
