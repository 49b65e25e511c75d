package dev.anabranch.speed;

import dev.anabranch.lakehouse.delta.Storage;
import dev.anabranch.lakehouse.error.PlatformException;
import java.io.IOException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.state.StateStore;
import org.apache.spark.sql.execution.streaming.state.StateStoreRDD;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Function2;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.immutable.Map$;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Runs an epoch as one Spark job over Spark's own state store: the state that epoch n leaves is
 * version n of the store, so an epoch that is done again begins where it began the first time.
 */
public final class StateJob {
  /** Partitions of the state; frozen in a checkpoint. */
  public static final int PARTITIONS = 2;

  private static final Logger LOG = LoggerFactory.getLogger(StateJob.class);

  private final SparkSession spark;
  private final String location;
  private final StructType key;
  private final StructType value;
  private final UUID runId = UUID.randomUUID();

  /** What an epoch does with a partition of the state; it commits the state. */
  public interface Update<T> extends Serializable {
    T update(StateStore state, Iterator<Arrival> arrivals);
  }

  /** A job over the state in the checkpoint, which has these columns. */
  public StateJob(
      SparkSession spark, StreamCheckpoint checkpoint, StructType key, StructType value) {
    this.spark = spark;
    this.location = checkpoint.location() + "/state";
    this.key = key;
    this.value = value;
  }

  /**
   * Runs one epoch.
   *
   * @param blocks of arrivals in {@link #PARTITIONS} partitions
   * @param version how many epochs this state has been through
   * @return what came of each partition
   */
  public <T> List<T> run(JavaRDD<byte[]> blocks, long version, Class<T> type, Update<T> update) {
    ClassTag<byte[]> blockTag = ClassTag$.MODULE$.apply(byte[].class);
    ClassTag<T> resultTag = ClassTag$.MODULE$.apply(type);
    StateStoreRDD<byte[], T> results =
        new StateStoreRDD<>(
            blocks.rdd(),
            inScala(update),
            location,
            runId,
            0,
            version,
            key,
            value,
            0,
            spark.sessionState(),
            Option.apply(spark.streams().stateStoreCoordinator()),
            Map$.MODULE$.<String, String>empty(),
            blockTag,
            resultTag);
    @SuppressWarnings("unchecked") // The class tag makes it an array of T.
    T[] collected = (T[]) results.collect();
    return List.copyOf(Arrays.asList(collected));
  }

  private static <T>
      Function2<StateStore, scala.collection.Iterator<byte[]>, scala.collection.Iterator<T>>
          inScala(Update<T> update) {
    return (Function2<StateStore, scala.collection.Iterator<byte[]>, scala.collection.Iterator<T>>
            & Serializable)
        (store, blocks) -> {
          T result = update.update(store, Arrivals.read(JavaConverters.asJavaIterator(blocks)));
          return JavaConverters.asScalaIterator(List.of(result).iterator());
        };
  }

  /** Whether each partition of the state has the version that the epoch left. */
  public static boolean hasState(Storage storage, StreamCheckpoint checkpoint, long epoch) {
    long version = epoch + 1 - checkpoint.epoch(0);
    try {
      for (int partition = 0; version > 0 && partition < PARTITIONS; partition++) {
        Path files = new Path(checkpoint.location(), "state/0/" + partition);
        if (!isWhole(storage, new Path(files, version + ".changelog"))
            && !isWhole(storage, new Path(files, version + ".zip"))) {
          LOG.warn("{} lacks the state after epoch {}", files, epoch);
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw PlatformException.external(
          "Cannot look for the state in %s: %s".formatted(checkpoint.location(), e.getMessage()),
          e);
    }
  }

  private static boolean isWhole(Storage storage, Path file) throws IOException {
    FileSystem files = storage.fileSystem(file);
    return files.exists(file) && files.getFileStatus(file).getLen() > 0;
  }
}
