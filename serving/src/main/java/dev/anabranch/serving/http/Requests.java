package dev.anabranch.serving.http;

import dev.anabranch.serving.state.Architecture;
import dev.anabranch.serving.state.Pipelines;
import io.javalin.http.Context;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what several routes ask for alike. */
final class Requests {
  private static final int LEAD_ID_LIMIT = 64;

  private Requests() {}

  static Set<String> and(Set<String> names, String more) {
    Set<String> all = new HashSet<>(names);
    all.add(more);
    return Set.copyOf(all);
  }

  static Parameters parameters(Context ctx, Set<String> known) {
    return Parameters.parse(Optional.ofNullable(ctx.req().getQueryString()), known);
  }

  /** This route has no parameters. */
  static void noParameters(Context ctx) {
    parameters(ctx, Set.of());
  }

  /**
   * What is asked for is done by another part, which must not have been left out for good.
   *
   * @param otherwise what would come of it
   */
  static void requirePart(Pipelines pipelines, String part, String otherwise) {
    if (pipelines.isLeftOut(part)) {
      throw new ProblemException(
          Problem.of(
              503,
              "The platform runs without its part %s, so %s; start it without --without %s."
                  .formatted(part, otherwise, part)));
    }
  }

  /** Lambda where it is not said. */
  static Architecture architecture(Parameters parameters) {
    return parameters
        .text("architecture")
        .map(
            name ->
                Values.oneOf(
                    "architecture", name, List.of(Architecture.values()), Architecture::wireName))
        .orElse(Architecture.LAMBDA);
  }

  /**
   * A segment of the path as it was sent, decoded; a slash, a dot or a semicolon that was
   * percent-encoded is part of the text.
   *
   * @param position of the segment, from 0
   */
  static String segment(Context ctx, int position, String name) {
    String[] segments = ctx.req().getRequestURI().substring(1).split("/", -1);
    try {
      return Percent.decode(segments[position]);
    } catch (Percent.InvalidEncodingException e) {
      throw ProblemException.badParameter(
          name, "The path's %s %s.".formatted(name, e.getMessage()));
    }
  }

  /** The path's fourth segment, as events have ids of leads: any other text is no lead's. */
  static String leadId(Context ctx) {
    String id = segment(ctx, 3, "lead_id");
    int length = id.codePointCount(0, id.length());
    if (length < 1
        || length > LEAD_ID_LIMIT
        || id.chars().allMatch(c -> c == ' ')
        || id.equals(".")
        || id.equals("..")
        || id.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
      throw ProblemException.badParameter(
          "lead_id",
          "The path's lead_id is %s; it must be 1 to %d code points, not only spaces, without control characters, not . or .."
              .formatted(Shown.quoted(id), LEAD_ID_LIMIT));
    }
    return id;
  }
}
