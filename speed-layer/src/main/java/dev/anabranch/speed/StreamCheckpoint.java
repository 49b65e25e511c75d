package dev.anabranch.speed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.StatusDocument;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * Ties Spark's checkpoint to the epochs in the table. Spark counts micro-batches from 0 in each
 * checkpoint; a checkpoint that was lost is begun anew behind the last epoch of the table, under a
 * number of its own, so that no epoch is taken for an earlier one.
 */
public final class StreamCheckpoint {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String START = "start.json";

  private final Path location;
  private final long firstEpoch;
  private final Offsets from;

  private StreamCheckpoint(Path location, long firstEpoch, Offsets from) {
    this.location = location;
    this.firstEpoch = firstEpoch;
    this.from = from;
  }

  /** True where a stream has begun here before. */
  public static boolean exists(Storage storage, Path folder) {
    return StatusDocument.read(storage, new Path(folder, START)).isPresent();
  }

  /**
   * Opens the checkpoint, and begins it behind the last epoch where there is none.
   *
   * @param last the newest epoch of the stream's table
   */
  public static StreamCheckpoint open(Storage storage, Path folder, EpochHeader last) {
    Path start = new Path(folder, START);
    Optional<JsonNode> known = StatusDocument.read(storage, start);
    if (known.isPresent()) {
      TreeMap<Integer, Long> from = new TreeMap<>();
      known
          .get()
          .get("from_offsets")
          .fields()
          .forEachRemaining(f -> from.put(Integer.valueOf(f.getKey()), f.getValue().asLong()));
      return new StreamCheckpoint(
          folder, known.get().get("first_epoch").asLong(), new Offsets(from));
    }
    ObjectNode document = JSON.createObjectNode();
    document.put("first_epoch", last.epoch() + 1);
    ObjectNode offsets = document.putObject("from_offsets");
    for (Map.Entry<Integer, Long> entry : last.until().byPartition().entrySet()) {
      offsets.put(String.valueOf(entry.getKey()), entry.getValue());
    }
    StatusDocument.write(storage, start, document);
    return new StreamCheckpoint(folder, last.epoch() + 1, last.until());
  }

  public String location() {
    return location.toString();
  }

  /** Where the checkpoint's first micro-batch begins. */
  public Offsets from() {
    return from;
  }

  /** The epoch of a micro-batch. */
  public long epoch(long batch) {
    return firstEpoch + batch;
  }
}
