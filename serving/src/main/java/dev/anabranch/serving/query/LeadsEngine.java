package dev.anabranch.serving.query;

import dev.anabranch.lakehouse.event.EventType;
import dev.anabranch.lakehouse.view.ColumnBuilder;
import dev.anabranch.lakehouse.view.Key;
import dev.anabranch.lakehouse.view.Leads;
import dev.anabranch.lakehouse.view.Measure;
import dev.anabranch.lakehouse.view.Tiles;
import dev.anabranch.lakehouse.view.TilesAppender;
import dev.anabranch.serving.index.LeadIndex;
import dev.anabranch.serving.index.ViewTiers;
import dev.anabranch.serving.state.Page;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers questions to the view {@code leads}. Stateless; safe for use by several threads. */
public final class LeadsEngine {
  private static final int EVENTS = Leads.VIEW.measure("events");
  private static final int REVENUE = Leads.VIEW.measure("revenue");
  private static final int FIRST_SEEN = Leads.VIEW.measure("first_seen");
  private static final int LAST_SEEN = Leads.VIEW.measure("last_seen");
  private static final BigInteger MONEY_BASE = BigInteger.TEN.pow(18);

  /**
   * Leads in order.
   *
   * @param after goes on behind this lead: its id and the value that the order looks at
   * @param limit 1 or more
   */
  public Page<LeadRow> page(ViewTiers views, LeadOrder order, Optional<LeadRow> after, int limit) {
    List<LeadIndex.Row> rows =
        views.leads().first(order, after.map(LeadsEngine::asTiles), limit + 1);
    return new Page<>(
        rows.stream().limit(limit).map(LeadsEngine::leadRow).toList(), rows.size() > limit);
  }

  /** One lead; empty where it has no events. */
  public Optional<LeadRow> one(ViewTiers views, String leadId) {
    return views.leads().find(leadId).map(LeadsEngine::leadRow);
  }

  private static LeadRow leadRow(LeadIndex.Row row) {
    Tiles tiles = row.tiles();
    Map<String, Long> byType = new LinkedHashMap<>();
    for (EventType type : EventType.values()) {
      byType.put(type.wireName(), longAt(row, Leads.VIEW.measure(type.wireName())));
    }
    return new LeadRow(
        tiles.textKey(0).at(row.row()),
        longAt(row, EVENTS),
        byType,
        tiles.moneyMeasure(REVENUE).at(row.row()),
        longAt(row, FIRST_SEEN),
        longAt(row, LAST_SEEN));
  }

  private static long longAt(LeadIndex.Row row, int measure) {
    return row.tiles().longMeasure(measure).at(row.row());
  }

  /** A position as a row of its own, to be compared with rows of the index. */
  private static LeadIndex.Row asTiles(LeadRow lead) {
    TilesAppender rows = new TilesAppender(Leads.VIEW);
    for (Key key : Leads.VIEW.keys()) {
      ((ColumnBuilder.OfTexts) rows.key(Leads.VIEW.key(key.name()))).append(lead.leadId());
    }
    for (int m = 0; m < Leads.VIEW.measures().size(); m++) {
      Measure measure = Leads.VIEW.measures().get(m);
      if (m == REVENUE) {
        BigInteger[] cents =
            lead.revenue().setScale(2).unscaledValue().divideAndRemainder(MONEY_BASE);
        ((ColumnBuilder.OfMoney) rows.measure(m))
            .append(cents[0].longValueExact(), cents[1].longValueExact());
      } else {
        ((ColumnBuilder.OfLongs) rows.measure(m)).append(value(lead, measure.name()));
      }
    }
    return new LeadIndex.Row(rows.build(), 0);
  }

  private static long value(LeadRow lead, String measure) {
    return switch (measure) {
      case "events" -> lead.events();
      case "first_seen" -> lead.firstSeenMicros();
      case "last_seen" -> lead.lastSeenMicros();
      default -> lead.byType().getOrDefault(measure, 0L);
    };
  }
}
