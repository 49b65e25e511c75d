package dev.anabranch.cli.produce;

import dev.anabranch.lakehouse.lead.LeadProfile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * What sales knows of a lead, drawn from the seed and the lead's id alone: whoever asks, and in
 * whichever order, gets the same. It says nothing of what the lead will do.
 */
final class DrawnProfile {

  /** Of so many leads one is unknown to sales. */
  private static final int UNKNOWN_ONE_OF = 10;

  private static final Duration LONGEST_KNOWN = Duration.ofDays(3 * 365);
  private static final List<String> SIZES = List.of("1-9", "10-49", "50-249", "250-999", "1000+");
  private static final List<String> COUNTRIES =
      List.of("DE", "US", "FR", "GB", "NL", "PL", "ES", "SE");
  private static final List<String> SECTORS =
      List.of("retail", "software", "manufacturing", "finance", "health", "education");
  private static final List<String> STAGES = List.of("subscriber", "lead", "opportunity");

  private DrawnProfile() {}

  /**
   * The lead's profile; empty where sales has none.
   *
   * @param before the instant that the lead signed up before
   */
  static Optional<LeadProfile> of(long seed, String leadId, Instant before) {
    Random random = new Random(hash(seed + " " + leadId));
    if (random.nextInt(UNKNOWN_ONE_OF) == 0) {
      return Optional.empty();
    }
    long secondsKnown = (long) (random.nextDouble() * LONGEST_KNOWN.toSeconds());
    return Optional.of(
        new LeadProfile(
            leadId,
            drawn(SIZES, random),
            drawn(COUNTRIES, random),
            drawn(SECTORS, random),
            before.minusSeconds(secondsKnown),
            drawn(STAGES, random)));
  }

  /** Random's first draws of near seeds are alike, and a hash leaves none near. */
  private static long hash(String text) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      return ByteBuffer.wrap(sha.digest(text.getBytes(StandardCharsets.UTF_8))).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  private static String drawn(List<String> from, Random random) {
    return from.get(random.nextInt(from.size()));
  }
}
