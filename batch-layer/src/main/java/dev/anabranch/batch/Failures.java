package dev.anabranch.batch;

import dev.anabranch.lakehouse.error.PlatformException;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;

/** What to tell a user of a run that failed. */
final class Failures {
  private static final int LIMIT = 500;

  /** What Spark says where it misses records. */
  private static final String LOST = "Some data may have been lost";

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
    } else if (isOutOfMemory(failure)) {
      return "The batch service ran out of memory after the step '%s' (%d MiB of heap). Start the platform with a larger batch.memory (ANABRANCH_BATCH_MEMORY), or run Spark on a cluster (spark.master); then ask for the run again by its id."
          .formatted(step, Runtime.getRuntime().maxMemory() >> 20);
    } else if (mentions(failure, "No space left on device")) {
      return "The disk is full (after the step '%s'): make room and ask for the run again."
          .formatted(step);
    } else if (areRecordsGone(failure)) {
      return "Kafka no longer has all records that this run must read (%s): they expired, or the topic was trimmed or made anew, before a batch run had read them. They cannot be had back, so no later run can succeed either: start the platform with a new data folder, and let the topic keep its records for longer than batch.every (retention.ms, retention.bytes)."
          .formatted(place(failure));
    }
    return "Failed after the step '%s': %s. The log of the batch service says more."
        .formatted(step, root(failure));
  }

  /** Whether memory ran out, here or in a task, which tells of it in words. */
  static boolean isOutOfMemory(Throwable failure) {
    return causes(failure).anyMatch(OutOfMemoryError.class::isInstance)
        || mentions(failure, OutOfMemoryError.class.getName());
  }

  /** Whether it failed because records that it had to read are no longer in the topic. */
  static boolean areRecordsGone(Throwable failure) {
    return mentions(failure, LOST)
        || mentions(failure, "OffsetOutOfRangeException")
        || causes(failure).anyMatch(OffsetOutOfRangeException.class::isInstance);
  }

  /** Whether it failed because the broker cannot be reached or does not answer. */
  static boolean isKafkaAway(Throwable failure) {
    if (areRecordsGone(failure) || isOutOfMemory(failure)) {
      return false;
    }
    return mentions(failure, "org.apache.kafka.common.errors")
        || mentions(failure, "Cannot fetch record")
        || causes(failure)
            .anyMatch(cause -> cause.getClass().getName().startsWith("org.apache.kafka."));
  }

  /** The first line of the innermost cause, not too long. */
  static String root(Throwable failure) {
    return firstLine(causes(failure).reduce((outer, inner) -> inner).orElse(failure));
  }

  /** Which records are gone: Spark names the place, where Kafka below it tells of its insides. */
  private static String place(Throwable failure) {
    return causes(failure)
        .filter(cause -> cause.getMessage() != null && cause.getMessage().contains(LOST))
        .reduce((outer, inner) -> inner)
        .map(Failures::firstLine)
        .orElseGet(() -> root(failure));
  }

  private static String firstLine(Throwable failure) {
    String message =
        Optional.ofNullable(failure.getMessage()).orElse("").lines().findFirst().orElse("").strip();
    String text = message.isEmpty() ? failure.getClass().getSimpleName() : message;
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
