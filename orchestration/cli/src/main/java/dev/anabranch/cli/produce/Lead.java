package dev.anabranch.cli.produce;

import java.util.List;
import java.util.Random;

/** A visitor who may come back, and the channel that brought them. */
record Lead(String id, String channel) {

  /** The channel whose visitors arrive by a click in a mail. */
  static final String EMAIL = "email";

  private static final List<String> CHANNELS =
      List.of("organic", "paid_search", EMAIL, "social", "direct", "referral", "affiliate");

  /** Per cent of the new leads by channel. */
  private static final int[] WEIGHTS = {32, 22, 16, 12, 10, 5, 3};

  /** A channel for a new lead. */
  static String drawChannel(Random random) {
    int left = random.nextInt(100);
    int channel = 0;
    while (left >= WEIGHTS[channel]) {
      left -= WEIGHTS[channel];
      channel++;
    }
    return CHANNELS.get(channel);
  }
}
