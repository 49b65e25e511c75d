package dev.anabranch.speed;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.anabranch.lakehouse.lake.EpochHeader;
import dev.anabranch.lakehouse.lake.Offsets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.CommitLog;
import org.apache.spark.sql.execution.streaming.OffsetSeq;
import org.apache.spark.sql.execution.streaming.OffsetSeqLog;
import org.apache.spark.sql.execution.streaming.StreamMetadata;

/**
 * Which records a micro-batch has, as Spark's checkpoint says: Spark writes that before it runs the
 * batch. The table of the stream says the same of its epochs, and is the truth: it is on the disk
 * for good when an epoch is visible, where a power cut may lose or empty files of the checkpoint.
 */
public final class EpochRange {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long NONE = -1;

  private final SparkSession spark;
  private final StreamCheckpoint checkpoint;
  private final OffsetSeqLog planned;
  private final CommitLog done;
  private final String topic;

  private long lastBatch = NONE;
  private Offsets lastUntil;

  public EpochRange(SparkSession spark, StreamCheckpoint checkpoint, String topic) {
    this.spark = spark;
    this.checkpoint = checkpoint;
    this.planned = new OffsetSeqLog(spark, checkpoint.location() + "/offsets");
    this.done = new CommitLog(spark, checkpoint.location() + "/commits");
    this.topic = topic;
    this.lastUntil = checkpoint.from();
  }

  /**
   * Whether the table holds a micro-batch already: one that is done again after a crash.
   *
   * @throws IllegalStateException it holds other records under that number
   */
  public boolean isCommitted(long batch, EpochHeader last) {
    long epoch = checkpoint.epoch(batch);
    if (epoch == last.epoch()) {
      require(same(until(batch), last.until()), batch, last);
    }
    return epoch <= last.epoch();
  }

  /**
   * Exclusive end of a micro-batch that is to become the next epoch.
   *
   * @throws IllegalStateException it does not begin where the table ends
   */
  public Offsets until(long batch, EpochHeader last) {
    boolean next = checkpoint.epoch(batch) == last.epoch() + 1;
    require(next && same(until(batch - 1), last.until()), batch, last);
    return until(batch);
  }

  private void require(boolean continues, long batch, EpochHeader last) {
    if (!continues) {
      throw new IllegalStateException(
          "Micro-batch %d of %s does not go on where the table ends, with epoch %d at %s: records would be lost or counted twice. A start compares the two, and begins anew behind the table what does not fit."
              .formatted(batch, checkpoint.location(), last.epoch(), last.until().byPartition()));
    }
  }

  private Offsets until(long batch) {
    if (batch != lastBatch) {
      OffsetSeq offsets = planned.get(batch).get();
      lastUntil = parse(offsets.offsets().head().get().json(), topic);
      lastBatch = batch;
    }
    return lastUntil;
  }

  /**
   * Why a stream that goes on with this checkpoint would leave records out or read some twice;
   * empty: it goes on where its table ends.
   *
   * @param last the newest epoch of the table
   */
  Optional<String> breach(EpochHeader last) {
    long batch = last.epoch() - checkpoint.epoch(0);
    try {
      long newestPlanned = newest(planned.getLatest());
      long newestDone = newest(done.getLatest());
      var unusedReadable =
          StreamMetadata.read(
              new Path(checkpoint.location(), "metadata"), spark.sessionState().newHadoopConf());
      if (newestPlanned == NONE) {
        return Optional.of("offsets/ is empty");
      }
      if (newestPlanned < batch) {
        return Optional.of(
            "offsets/ ends with %d, but the table holds what was %d"
                .formatted(newestPlanned, batch));
      }
      if (batch < NONE || newestPlanned > batch + 1 || newestDone > batch) {
        return Optional.of(
            "offsets/ ends with %d and commits/ with %d, but the table with what was %d"
                .formatted(newestPlanned, newestDone, batch));
      }
      Offsets until = batch == NONE ? checkpoint.from() : until(batch);
      return same(until, last.until())
          ? Optional.empty()
          : Optional.of(
              "offsets/%d ends at %s, but epoch %d in the table at %s"
                  .formatted(batch, until.byPartition(), last.epoch(), last.until().byPartition()));
    } catch (Exception e) {
      // Scala declares no exceptions: a file that cannot be opened or parsed may be any of them.
      return Optional.of("a file cannot be read: " + e.getMessage());
    }
  }

  private static long newest(scala.Option<? extends scala.Tuple2<Object, ?>> latest) {
    return latest.isEmpty() ? NONE : (Long) latest.get()._1();
  }

  private static boolean same(Offsets left, Offsets right) {
    return left.reaches(right) && right.reaches(left);
  }

  /** Kafka's source offsets: {@code {"topic":{"0":12}}}. */
  static Offsets parse(String json, String topic) {
    try {
      SortedMap<Integer, Long> result = new TreeMap<>();
      JsonNode partitions = JSON.readTree(json).path(topic);
      partitions
          .fields()
          .forEachRemaining(
              field -> result.put(Integer.valueOf(field.getKey()), field.getValue().asLong()));
      return new Offsets(result);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The position in the form that Kafka's source takes as {@code startingOffsets}. */
  static String startingOffsets(Offsets position, String topic) {
    return JSON.createObjectNode().set(topic, JSON.valueToTree(position.byPartition())).toString();
  }
}
