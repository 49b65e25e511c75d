package dev.anabranch.scoring;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.lead.LeadScore;
import dev.anabranch.lakehouse.postgresql.Database;
import dev.anabranch.lakehouse.postgresql.HotLeads;
import java.util.List;
import java.util.Optional;

/** Hot leads in PostgreSQL's table {@code hot_leads}. */
final class PostgresqlHotLeads implements HotLeadTarget {
  private final Database database;
  private final HotLeads hotLeads;

  PostgresqlHotLeads(Settings.Postgresql settings) {
    this.database = Database.open(settings);
    this.hotLeads = new HotLeads(database);
  }

  @Override
  public Optional<Long> newestEpoch() {
    return hotLeads.newestEpoch();
  }

  @Override
  public void deliver(long epoch, List<LeadScore> leads) {
    hotLeads.deliver(epoch, leads);
  }

  @Override
  public void close() {
    database.close();
  }
}
