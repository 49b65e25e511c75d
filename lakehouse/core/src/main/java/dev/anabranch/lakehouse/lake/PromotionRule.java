package dev.anabranch.lakehouse.lake;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * When a model may become the champion: it is better than knowing the base rate alone, good enough,
 * and not worse than the champion.
 *
 * @param leastAuc area under the ROC curve on events later than all that it was trained on
 * @param leastLift how many times the base rate its top decile holds
 */
public record PromotionRule(double leastAuc, double leastLift) {

  /** What speaks against it; empty: nothing. */
  public List<String> objections(ModelVersion wanted, Optional<ModelVersion> champion) {
    List<String> objections = new ArrayList<>();
    double auc = wanted.metric("auc").orElse(0);
    below("auc", auc, leastAuc, "the least that is wanted").ifPresent(objections::add);
    below(
            "lift in the top decile",
            wanted.metric("lift_top_decile").orElse(0),
            leastLift,
            "the least that is wanted")
        .ifPresent(objections::add);
    OptionalDouble loss = wanted.metric("log_loss");
    OptionalDouble baseline = wanted.metric("log_loss_baseline");
    if (loss.isEmpty() || baseline.isEmpty() || !(loss.getAsDouble() < baseline.getAsDouble())) {
      objections.add(
          "its log loss of %s is no better than that of the base rate alone, %s"
              .formatted(text(loss), text(baseline)));
    }
    champion.ifPresent(
        it ->
            below("auc", auc, aucOf(it, wanted), "that of the champion, model " + it.version())
                .ifPresent(objections::add));
    return objections;
  }

  /** On the wanted model's own test rows where it was compared with this champion. */
  private static double aucOf(ModelVersion champion, ModelVersion wanted) {
    JsonNode compared = wanted.card().path("compared_with");
    return compared.path("version").asLong() == champion.version() && compared.has("auc")
        ? compared.path("auc").asDouble()
        : champion.metric("auc").orElse(0);
  }

  private static Optional<String> below(String what, double value, double least, String whose) {
    // A model that is not a number anywhere is below everything.
    return value >= least
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT, "its %s of %.4f is below %s, %.4f", what, value, whose, least));
  }

  private static String text(OptionalDouble value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%.4f", value.getAsDouble()) : "nothing";
  }
}
