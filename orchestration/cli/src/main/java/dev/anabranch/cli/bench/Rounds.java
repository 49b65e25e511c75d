package dev.anabranch.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.LongStream;
import java.util.stream.StreamSupport;

/** What was measured several times. */
final class Rounds {

  private Rounds() {}

  /** The one in the middle; the upper of two. */
  static double median(JsonNode values) {
    return StreamSupport.stream(values.spliterator(), false)
        .flatMapToLong(value -> LongStream.of(value.asLong()))
        .sorted()
        .skip(values.size() / 2)
        .findFirst()
        .orElseThrow();
  }
}
