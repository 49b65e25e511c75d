package dev.anabranch.recipe;

import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** A program that runs for a while. */
abstract class Recipe implements Callable<Integer> {

  @Option(
      names = "--for",
      paramLabel = "TIME",
      defaultValue = "30s",
      description = "How long it runs, such as 30s, 5m or PT1H (default: ${DEFAULT-VALUE}).")
  private Duration time = Duration.ZERO;

  @Override
  public final Integer call() throws Exception {
    run(time);
    return 0;
  }

  /** The program; returns when the time is over. */
  abstract void run(Duration time) throws Exception;
}
