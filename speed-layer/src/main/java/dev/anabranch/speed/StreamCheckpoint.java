package dev.anabranch.speed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.Offsets;
import dev.anabranch.lakehouse.lake.StatusDocument;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ties Spark's checkpoint to the epochs in the table. Spark counts micro-batches from 0 in each
 * checkpoint; a checkpoint that was lost is begun anew behind the last epoch of the table, under a
 * number of its own, so that no epoch is taken for an earlier one.
 */
public final class StreamCheckpoint {
  private static final Logger LOG = LoggerFactory.getLogger(StreamCheckpoint.class);
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

  /**
   * The checkpoint, where a stream that goes on with it goes on exactly behind the last epoch of
   * its table; where there is one that does not, the log says why.
   *
   * @param last the newest epoch of the stream's table
   */
  public static Optional<StreamCheckpoint> find(
      SparkSession spark, Storage storage, Path folder, String topic, EpochHeader last) {
    Optional<StreamCheckpoint> known = read(storage, folder);
    Optional<String> breach =
        known.isEmpty()
            ? Optional.of(START + " is not there or was cut off")
            : new EpochRange(spark, known.get(), topic).breach(last);
    if (breach.isPresent() && last.epoch() > 0) {
      LOG.warn("{} does not go on behind epoch {}: {}", folder, last.epoch(), breach.get());
    }
    return breach.isPresent() ? Optional.empty() : known;
  }

  private static Optional<StreamCheckpoint> read(Storage storage, Path folder) {
    Optional<JsonNode> document =
        StatusDocument.read(storage, new Path(folder, START))
            .filter(start -> start.hasNonNull("first_epoch") && start.hasNonNull("from_offsets"));
    if (document.isEmpty()) {
      return Optional.empty();
    }
    TreeMap<Integer, Long> from = new TreeMap<>();
    document
        .get()
        .get("from_offsets")
        .fields()
        .forEachRemaining(f -> from.put(Integer.valueOf(f.getKey()), f.getValue().asLong()));
    long firstEpoch = document.get().get("first_epoch").asLong();
    return Optional.of(new StreamCheckpoint(folder, firstEpoch, new Offsets(from)));
  }

  /** A new checkpoint behind the last epoch, in the place of whatever is there. */
  public static StreamCheckpoint begin(Storage storage, Path folder, EpochHeader last) {
    Path start = new Path(folder, START);
    try {
      FileSystem files = storage.fileSystem(folder);
      // First what names the rest: without it nobody goes on with what is left by a crash.
      files.delete(start, false);
      files.delete(folder, true);
    } catch (IOException e) {
      throw PlatformException.external(
          "Cannot clear %s for a new checkpoint: %s".formatted(folder, e.getMessage()), e);
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
