package dev.anabranch.cli.command;

import dev.anabranch.cli.options.DurationConverter;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The live events that a measurement runs under. */
final class LiveLoad {

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "1000",
      description = "Distinct live events a second (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--warm-up",
      paramLabel = "TIME",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description = "Live events that are not measured yet (default: ${DEFAULT-VALUE}).")
  private Duration warmUp;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "60s",
      converter = DurationConverter.class,
      description = "How long is measured (default: ${DEFAULT-VALUE}).")
  private Duration length;

  double rate() {
    return rate;
  }

  Duration warmUp() {
    return warmUp;
  }

  Duration length() {
    return length;
  }
}
