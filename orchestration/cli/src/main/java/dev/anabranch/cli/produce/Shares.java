package dev.anabranch.cli.produce;

import dev.anabranch.cli.failure.CommandFailure;

/**
 * Shares of the distinct events, 0 to 1.
 *
 * @param late events that are sent minutes to hours after they happened
 * @param duplicates copies, on top of the events
 * @param malformed records that the platform must refuse, on top of the events
 */
public record Shares(double late, double duplicates, double malformed) {

  /** What a demo has of each. */
  public static final Shares DEMO = new Shares(0.02, 0.02, 0.01);

  public Shares {
    require("late", late);
    require("duplicates", duplicates);
    require("malformed", malformed);
  }

  private static void require(String name, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw CommandFailure.usage("--" + name + " is " + share + "; it is a share from 0 to 1");
    }
  }
}
