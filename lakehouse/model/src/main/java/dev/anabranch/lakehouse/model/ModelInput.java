package dev.anabranch.lakehouse.model;

import dev.anabranch.lakehouse.lead.LeadFeatures;
import dev.anabranch.lakehouse.lead.LeadProfile;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** A lead's features and profile as the rows that a model takes. */
public final class ModelInput {
  /** The numbers of all features, one vector. */
  public static final String NUMBERS = "numbers";

  /** Columns of words, each of few different ones. */
  public static final List<String> CATEGORIES =
      List.of("last_type", "last_channel", "company_size", "country", "sector");

  /** What a category says of a lead without a profile. */
  public static final String UNKNOWN = "unknown";

  public static final StructType SCHEMA =
      new StructType()
          .add("lead_id", DataTypes.StringType)
          .add("as_of", DataTypes.TimestampType)
          .add("events", DataTypes.LongType)
          .add(NUMBERS, SQLDataTypes.VectorType())
          .add("last_type", DataTypes.StringType)
          .add("last_channel", DataTypes.StringType)
          .add("company_size", DataTypes.StringType)
          .add("country", DataTypes.StringType)
          .add("sector", DataTypes.StringType);

  private ModelInput() {}

  /** The row of {@link #SCHEMA}. */
  public static Row row(LeadFeatures features, Optional<LeadProfile> profile) {
    return RowFactory.create(values(features, profile));
  }

  /** Its values, so that others can be put behind them. */
  static Object[] values(LeadFeatures features, Optional<LeadProfile> profile) {
    return new Object[] {
      features.leadId(),
      Timestamp.from(Instant.EPOCH.plus(features.asOfMicros(), ChronoUnit.MICROS)),
      features.events(),
      Vectors.dense(features.numbers()),
      features.lastType().wireName(),
      features.lastChannel(),
      profile.map(LeadProfile::companySize).orElse(UNKNOWN),
      profile.map(LeadProfile::country).orElse(UNKNOWN),
      profile.map(LeadProfile::sector).orElse(UNKNOWN)
    };
  }
}
