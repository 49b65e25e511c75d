package dev.anabranch.speed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.lake.EpochHeader;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.OptionalLong;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/** What a stream says of itself, as a document for {@code status/NAME.json}. */
public final class StreamStatus {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RECENT = 10;

  private StreamStatus() {}

  public static ObjectNode of(
      String name, EpochHeader last, StreamingQuery query, long stateRows, Instant now) {
    ObjectNode status = JSON.createObjectNode();
    status.put("name", name);
    status.put("updated_at", now.truncatedTo(ChronoUnit.MILLIS).toString());
    status.put("state", "running");
    status.put("epoch", last.epoch());
    ObjectNode until = status.putObject("until_offsets");
    last.until().byPartition().forEach((partition, offset) -> until.put("" + partition, offset));
    putInstant(status, "watermark", last.watermark());
    status.putNull("watermark_delay");
    status.put("late_events_dropped", last.lateTotal());
    status.put("duplicates_dropped", last.duplicatesTotal());
    status.put("quarantined_records", last.quarantinedTotal());
    progress(status, query);
    status.put("state_rows", stateRows);
    return status;
  }

  private static void progress(ObjectNode status, StreamingQuery query) {
    StreamingQueryProgress[] recent = query.recentProgress();
    StreamingQueryProgress lastProgress = query.lastProgress();
    status.put(
        "input_rows_per_second",
        lastProgress == null ? 0 : finite(lastProgress.inputRowsPerSecond()));
    status.put(
        "processed_rows_per_second",
        lastProgress == null ? 0 : finite(lastProgress.processedRowsPerSecond()));
    long[] millis =
        Arrays.stream(recent)
            .filter(p -> p.numInputRows() > 0)
            .mapToLong(p -> p.durationMs().getOrDefault("triggerExecution", 0L))
            .toArray();
    ObjectNode epochMillis = status.putObject("epoch_millis");
    if (millis.length == 0) {
      epochMillis.putNull("last").putNull("p50").putNull("p99");
    } else {
      epochMillis.put("last", millis[millis.length - 1]);
      Arrays.sort(millis);
      epochMillis.put("p50", millis[millis.length / 2]);
      epochMillis.put("p99", millis[(int) Math.ceil(millis.length * 0.99) - 1]);
    }
    if (lastProgress == null) {
      status.putNull("last_progress");
    } else {
      status.set("last_progress", tree(lastProgress));
    }
    ArrayNode progresses = status.putArray("recent_progress");
    for (int i = Math.max(0, recent.length - RECENT); i < recent.length; i++) {
      progresses.add(tree(recent[i]));
    }
  }

  private static double finite(double rate) {
    return Double.isFinite(rate) ? rate : 0;
  }

  private static com.fasterxml.jackson.databind.JsonNode tree(StreamingQueryProgress progress) {
    try {
      return JSON.readTree(progress.json());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void putInstant(ObjectNode status, String field, OptionalLong micros) {
    if (micros.isPresent()) {
      status.put(field, Instant.EPOCH.plus(micros.getAsLong(), ChronoUnit.MICROS).toString());
    } else {
      status.putNull(field);
    }
  }
}
