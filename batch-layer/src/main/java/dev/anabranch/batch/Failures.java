package dev.anabranch.batch;

import dev.anabranch.lakehouse.error.PlatformException;
import java.util.Optional;
import java.util.stream.Stream;

/** What to tell a user of a run that failed. */
final class Failures {
  private static final int LIMIT = 500;

  private Failures() {}

  /**
   * Why a run failed, on one line.
   *
   * @param step what it had done last
   */
  static String reason(Throwable failure, String step) {
    Optional<String> ours =
        causes(failure)
            .filter(PlatformException.class::isInstance)
            .map(Throwable::getMessage)
            .findFirst();
    if (ours.isPresent()) {
      return ours.get();
    } else if (causes(failure).anyMatch(OutOfMemoryError.class::isInstance)) {
      return "The batch service ran out of memory after the step '%s' (%d MiB of heap): give it more with -Xmx, or run it on a Spark cluster."
          .formatted(step, Runtime.getRuntime().maxMemory() >> 20);
    } else if (mentions(failure, "No space left on device")) {
      return "The disk is full (after the step '%s'): make room and ask for the run again."
          .formatted(step);
    } else if (mentions(failure, "Some data may have been lost")) {
      return "Kafka no longer has all records below the boundary (%s): the topic was trimmed or made anew before a run could read it."
          .formatted(root(failure));
    }
    return "Failed after the step '%s': %s. The log of the batch service says more."
        .formatted(step, root(failure));
  }

  /** Whether it failed because the broker cannot be reached or does not answer. */
  static boolean isKafkaAway(Throwable failure) {
    return mentions(failure, "org.apache.kafka.common.errors")
        || mentions(failure, "Cannot fetch record")
        || causes(failure)
            .anyMatch(cause -> cause.getClass().getName().startsWith("org.apache.kafka."));
  }

  /** The first line of the innermost cause, not too long. */
  static String root(Throwable failure) {
    Throwable root = causes(failure).reduce((outer, inner) -> inner).orElse(failure);
    String message =
        Optional.ofNullable(root.getMessage()).orElse("").lines().findFirst().orElse("");
    String text = message.isEmpty() ? root.getClass().getSimpleName() : message;
    return text.length() > LIMIT ? text.substring(0, LIMIT) + "..." : text;
  }

  private static boolean mentions(Throwable failure, String text) {
    return causes(failure)
        .anyMatch(cause -> cause.getMessage() != null && cause.getMessage().contains(text));
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause).limit(50);
  }
}
