package dev.anabranch.recipe;

import static org.apache.spark.sql.functions.broadcast;

import dev.anabranch.lakehouse.error.PlatformException;
import dev.anabranch.lakehouse.model.ModelFiles;
import dev.anabranch.lakehouse.model.ModelInput;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Option;

/** PostgreSQL: profiles of leads are read, hot leads are written. */
final class LeadDatabase {
  private static final String[] PROFILE = {"company_size", "country", "sector"};

  private static final String UPSERT =
      "INSERT INTO recipe_hot_leads VALUES (?, ?, ?) ON CONFLICT (lead_id)"
          + " DO UPDATE SET as_of = excluded.as_of, probability = excluded.probability";

  @Option(
      names = "--jdbc",
      paramLabel = "URL",
      defaultValue = "${sys:anabranch.jdbc}",
      description = "A PostgreSQL database with profiles (default: that of the platform).")
  private String url = "";

  /**
   * Makes the table of hot leads where it is not there yet.
   *
   * @throws PlatformException no database is known
   */
  void createTable() throws SQLException {
    if (url == null || url.isBlank()) {
      throw PlatformException.user(
          "No platform runs here with a PostgreSQL: start one with ./anabranch up --scoring, or name"
              + " a database with --jdbc 'jdbc:postgresql://HOST:PORT/NAME?user=...&password=...'.");
    }
    try (Connection connection = DriverManager.getConnection(url)) {
      connection
          .createStatement()
          .execute(
              "CREATE TABLE IF NOT EXISTS recipe_hot_leads"
                  + " (lead_id text PRIMARY KEY, as_of timestamptz, probability double precision)");
    }
  }

  /** Leads with their profiles as they are now; who has none has unknown ones. */
  Dataset<Row> withProfiles(Dataset<Row> leads) {
    Dataset<Row> profiles =
        leads
            .sparkSession()
            .read()
            .format("jdbc")
            .option("url", url)
            .option("dbtable", "lead_profiles")
            .load();
    return leads
        .drop(PROFILE)
        .join(broadcast(profiles), new String[] {"lead_id"}, "left")
        .na()
        .fill(ModelInput.UNKNOWN, PROFILE);
  }

  /** Writes hot leads; an epoch that is done again changes nothing. */
  void upsert(List<Row> leads) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        PreparedStatement statement = connection.prepareStatement(UPSERT)) {
      connection.setAutoCommit(false);
      for (Row lead : leads) {
        statement.setString(1, lead.getAs("lead_id"));
        statement.setTimestamp(2, lead.getAs("as_of"));
        statement.setDouble(3, lead.getAs(ModelFiles.PROBABILITY));
        statement.addBatch();
      }
      var unusedCounts = statement.executeBatch();
      connection.commit();
    }
  }
}
