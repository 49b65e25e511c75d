package dev.anabranch.serving.http;

import dev.anabranch.lakehouse.error.PlatformException;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.http.NotFoundResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever ends a request early into its answer; the one place that maps to a status. */
final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final String INTERNAL = "The server failed; its log says why.";

  private Failures() {}

  static void register(JavalinConfig config) {
    config.routes.exception(ProblemException.class, (e, ctx) -> Json.answer(ctx, e.problem()));
    config.routes.exception(
        PlatformException.class, (e, ctx) -> Json.answer(ctx, ofPlatform(e, ctx)));
    config.routes.exception(
        HttpResponseException.class, (e, ctx) -> Json.answer(ctx, ofRouter(e, ctx)));
    config.routes.exception(Exception.class, (e, ctx) -> Json.answer(ctx, internal(e, ctx)));
    config.router.javaLangErrorHandler(Failures::answer);
  }

  private static Problem ofPlatform(PlatformException e, Context ctx) {
    return switch (e.category()) {
      case USER -> Problem.of(400, e.getMessage());
      case NOT_FOUND -> Problem.of(404, e.getMessage());
      case CONFLICT -> Problem.of(409, e.getMessage());
      case EXTERNAL, RESOURCES -> {
        LOG.warn("{} {} failed", ctx.method(), ctx.path(), e);
        yield Problem.unavailable(e.getMessage());
      }
      case INTERNAL -> internal(e, ctx);
    };
  }

  private static Problem ofRouter(HttpResponseException e, Context ctx) {
    String asked = "%s %s".formatted(Shown.text(ctx.req().getMethod()), Shown.text(ctx.path()));
    if (e instanceof MethodNotAllowedResponse) {
      String allowed =
          Optional.ofNullable(e.getDetails().get("availableMethods"))
              .orElseGet(() -> e.getDetails().getOrDefault("Available methods", ""));
      return Problem.of(405, "%s is not there; this route has %s.".formatted(asked, allowed))
          .withHeader("Allow", allowed);
    }
    if (e instanceof NotFoundResponse) {
      return Problem.of(404, "%s is not there; GET / lists the routes.".formatted(asked));
    }
    return Problem.of(e.getStatus(), Titles.of(e.getStatus()));
  }

  private static Problem internal(Exception e, Context ctx) {
    LOG.error("{} {} failed", ctx.method(), Shown.text(ctx.path()), e);
    return Problem.of(500, INTERNAL);
  }

  /** An error of the Java machine: memory or stack ran out. */
  private static void answer(HttpServletResponse response, Error error) {
    LOG.error("A request failed", error);
    if (response.isCommitted()) {
      return;
    }
    try {
      response.resetBuffer();
      response.setStatus(500);
      response.setContentType(Json.PROBLEM_TYPE);
      response.getOutputStream().write(Json.bytes(Problem.of(500, INTERNAL)));
    } catch (IOException e) {
      LOG.warn("The client left", e);
    }
  }
}
