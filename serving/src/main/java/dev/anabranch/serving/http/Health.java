package dev.anabranch.serving.http;

import dev.anabranch.serving.query.ActivityEngine;
import dev.anabranch.serving.query.ActivityQuery;
import dev.anabranch.serving.query.LeadOrder;
import dev.anabranch.serving.query.LeadsEngine;
import dev.anabranch.serving.state.Architecture;
import dev.anabranch.serving.state.LakeState;
import dev.anabranch.serving.state.Snapshot;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /livez} and {@code /readyz}. */
public final class Health {
  private static final Logger LOG = LoggerFactory.getLogger(Health.class);
  private static final ActivityQuery MINUTES =
      new ActivityQuery(
          OptionalLong.empty(),
          OptionalLong.empty(),
          1,
          1,
          Set.of(),
          Optional.empty(),
          Optional.empty());

  private final LakeState lake;
  private final ActivityEngine activity = new ActivityEngine();
  private final LeadsEngine leads = new LeadsEngine();

  public Health(LakeState lake) {
    this.lake = lake;
  }

  public void live(Context ctx) {
    status(ctx, "alive");
  }

  /** Ready where every view answers, which is tried. */
  public void ready(Context ctx) {
    List<String> reasons = reasons();
    if (!reasons.isEmpty()) {
      throw new ProblemException(
          Problem.unavailable("Not ready: " + String.join("; ", reasons)).with("reasons", reasons));
    }
    status(ctx, "ready");
  }

  /** Why a view does not answer; empty: ready. */
  public List<String> reasons() {
    List<String> reasons = new ArrayList<>(lake.notReadyReasons());
    if (reasons.isEmpty()) {
      Snapshot snapshot = lake.current();
      for (Architecture architecture : Architecture.values()) {
        tryView(
            reasons,
            "activity",
            architecture,
            () -> activity.page(snapshot.views(architecture), MINUTES, Optional.empty(), 1));
        tryView(
            reasons,
            "leads",
            architecture,
            () ->
                leads.page(
                    snapshot.views(architecture), LeadOrder.MOST_REVENUE, Optional.empty(), 1));
      }
    }
    return reasons;
  }

  private static void tryView(
      List<String> reasons, String view, Architecture architecture, Runnable question) {
    try {
      question.run();
    } catch (RuntimeException e) {
      LOG.warn("View {} of {} does not answer", view, architecture.wireName(), e);
      reasons.add(
          "View %s of %s does not answer: %s"
              .formatted(view, architecture.wireName(), e.getMessage()));
    }
  }

  private static void status(Context ctx, String status) {
    Json.answer(
        ctx,
        200,
        json -> {
          json.writeStartObject();
          json.writeStringField("status", status);
          json.writeEndObject();
        });
  }
}
