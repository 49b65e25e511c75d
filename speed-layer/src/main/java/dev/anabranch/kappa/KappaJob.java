package dev.anabranch.kappa;

import dev.anabranch.speed.EpochFold;
import dev.anabranch.speed.EpochJob;
import dev.anabranch.speed.EpochPart;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.state.StateStore;
import org.apache.spark.sql.execution.streaming.state.StateStoreRDD;
import scala.Function2;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.immutable.Map$;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Runs an epoch of the Kappa stream as one Spark job over Spark's own state store: the state that
 * epoch n leaves is version n of the store, so an epoch that is done again begins where it began
 * the first time.
 */
final class KappaJob {
  /** Partitions of the state; frozen in a checkpoint. */
  static final int STATE_PARTITIONS = 2;

  private final SparkSession spark;
  private final String stateLocation;
  private final UUID runId = UUID.randomUUID();

  KappaJob(SparkSession spark, String stateLocation) {
    this.spark = spark;
    this.stateLocation = stateLocation;
  }

  /**
   * Runs one epoch.
   *
   * @param stateVersion how many epochs this state has been through
   */
  EpochPart run(
      Dataset<Row> records, long count, EpochFold fold, OptionalLong watermark, long stateVersion) {
    RDD<byte[]> blocks =
        EpochJob.byEvent(records, EpochJob.readers(records, count), STATE_PARTITIONS).rdd();
    ClassTag<byte[]> blockTag = ClassTag$.MODULE$.apply(byte[].class);
    ClassTag<EpochPart> partTag = ClassTag$.MODULE$.apply(EpochPart.class);
    StateStoreRDD<byte[], EpochPart> parts =
        new StateStoreRDD<>(
            blocks,
            update(fold, watermark.orElse(Long.MIN_VALUE)),
            stateLocation,
            runId,
            0,
            stateVersion,
            SeenEvents.KEY,
            SeenEvents.VALUE,
            0,
            spark.sessionState(),
            Option.apply(spark.streams().stateStoreCoordinator()),
            Map$.MODULE$.<String, String>empty(),
            blockTag,
            partTag);
    return EpochJob.merged(List.copyOf(Arrays.asList((EpochPart[]) parts.collect())));
  }

  private static Function2<StateStore, Iterator<byte[]>, Iterator<EpochPart>> update(
      EpochFold fold, long watermark) {
    return (Function2<StateStore, Iterator<byte[]>, Iterator<EpochPart>> & Serializable)
        (store, blocks) -> {
          SeenEvents seen =
              new SeenEvents(
                  store,
                  watermark == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(watermark),
                  fold.epoch());
          EpochPart part =
              fold.fold(EpochJob.arrivals(JavaConverters.asJavaIterator(blocks)), seen);
          seen.commit();
          return JavaConverters.asScalaIterator(
              List.of(part.withStateRows(seen.size())).iterator());
        };
  }
}
