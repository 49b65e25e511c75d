package dev.anabranch.lakehouse.model;

import dev.anabranch.lakehouse.lead.LeadFeatures;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A lead's features as the rows that a model takes. */
public final class ModelInput {
  /** The numbers of all features, one vector. */
  public static final String NUMBERS = "numbers";

  /** Columns of words, each of few different ones. */
  public static final List<String> CATEGORIES = List.of("last_type", "last_channel");

  public static final StructType SCHEMA =
      new StructType()
          .add("lead_id", DataTypes.StringType)
          .add("as_of", DataTypes.TimestampType)
          .add("events", DataTypes.LongType)
          .add(NUMBERS, SQLDataTypes.VectorType())
          .add("last_type", DataTypes.StringType)
          .add("last_channel", DataTypes.StringType);

  private ModelInput() {}

  /** The row of {@link #SCHEMA}. */
  public static Row row(LeadFeatures features) {
    return RowFactory.create(values(features));
  }

  /** Its values, so that others can be put behind them. */
  static Object[] values(LeadFeatures features) {
    return new Object[] {
      features.leadId(),
      Timestamp.from(Instant.EPOCH.plus(features.asOfMicros(), ChronoUnit.MICROS)),
      features.events(),
      Vectors.dense(features.numbers()),
      features.lastType().wireName(),
      features.lastChannel()
    };
  }
}
