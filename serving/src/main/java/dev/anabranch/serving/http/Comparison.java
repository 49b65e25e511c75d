package dev.anabranch.serving.http;

import dev.anabranch.serving.index.ViewTiers;
import dev.anabranch.serving.query.ActivityEngine;
import dev.anabranch.serving.query.ActivityQuery;
import dev.anabranch.serving.query.ActivityRow;
import dev.anabranch.serving.query.Totals;
import dev.anabranch.serving.state.Architecture;
import dev.anabranch.serving.state.Page;
import dev.anabranch.serving.state.Snapshot;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The same question to every side, row by row, from one snapshot. */
final class Comparison {
  /** What is compared, in the order of the answer. */
  enum Side {
    LAMBDA,
    KAPPA,
    BATCH,
    /** The ledger of what was sent; known only where there is one. */
    TRUTH;

    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A window or group that some side has; only those sides are in it, at least one. */
  record Row(Map<Side, ActivityRow> sides) {
    ActivityRow any() {
      return sides.values().iterator().next();
    }
  }

  private static final Comparator<ActivityRow.Position> ORDER =
      Comparator.comparingLong(ActivityRow.Position::windowStartMicros)
          .thenComparing(position -> position.eventType().orElse(""), CodePoints::compare)
          .thenComparing(position -> position.channel().orElse(""), CodePoints::compare);

  private final ActivityEngine engine = new ActivityEngine();
  private final Map<Side, ViewTiers> sides = new EnumMap<>(Side.class);

  Comparison(Snapshot snapshot) {
    sides.put(Side.LAMBDA, snapshot.views(Architecture.LAMBDA));
    sides.put(Side.KAPPA, snapshot.views(Architecture.KAPPA));
    sides.put(Side.BATCH, snapshot.views(Architecture.BATCH));
    snapshot.truth().ifPresent(truth -> sides.put(Side.TRUTH, truth));
  }

  /**
   * The first rows of all sides together: none of them lies past the last row of a side that has
   * more, for a side's page reaches as far as the joint one.
   */
  Page<Row> page(ActivityQuery query, Optional<ActivityRow.Position> after, int limit) {
    Map<ActivityRow.Position, Map<Side, ActivityRow>> joint = new TreeMap<>(ORDER);
    boolean more = false;
    for (Map.Entry<Side, ViewTiers> side : sides.entrySet()) {
      Page<ActivityRow> page = engine.page(side.getValue(), query, after, limit);
      more |= page.more();
      for (ActivityRow row : page.rows()) {
        joint
            .computeIfAbsent(row.position(), key -> new EnumMap<>(Side.class))
            .put(side.getKey(), row);
      }
    }
    List<Row> rows = new ArrayList<>();
    joint.values().stream().limit(limit).forEach(row -> rows.add(new Row(row)));
    return new Page<>(rows, more || joint.size() > limit);
  }

  /** The whole range of the question as one group, of each side that is known. */
  Map<Side, Totals> summary(ActivityQuery query) {
    Map<Side, Totals> totals = new EnumMap<>(Side.class);
    sides.forEach((side, views) -> totals.put(side, engine.summary(views, query)));
    return totals;
  }

  /**
   * How far a value is from the truth: |value - truth| / truth. Where the truth is 0, the same
   * value has the error 0 and any other 1.
   */
  static double error(BigDecimal value, BigDecimal truth) {
    BigDecimal difference = value.subtract(truth).abs();
    if (difference.signum() == 0) {
      return 0;
    }
    return truth.signum() == 0
        ? 1
        : difference.divide(truth.abs(), MathContext.DECIMAL64).doubleValue();
  }
}
