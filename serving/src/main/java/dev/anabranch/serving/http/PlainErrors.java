package dev.anabranch.serving.http;

import java.nio.ByteBuffer;
import java.util.function.IntConsumer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers with a problem where the server refuses a request before it is routed. */
final class PlainErrors implements Request.Handler {
  private final IntConsumer refused;

  /**
   * @param refused hears of each status
   */
  PlainErrors(IntConsumer refused) {
    this.refused = refused;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Object cause = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
    if (cause instanceof HttpException http) {
      status = http.getCode();
    }
    status = status < 400 || status > 599 ? 500 : status;
    refused.accept(status);
    Problem problem = problem(request, status);
    response.setStatus(status);
    Edge.addHeaders(response);
    problem.headers().forEach(response.getHeaders()::put);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, Json.PROBLEM_TYPE);
    response.write(true, ByteBuffer.wrap(Json.bytes(problem)), callback);
    return true;
  }

  private static Problem problem(Request request, int status) {
    Object cause = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
    Object message =
        cause instanceof HttpException http
            ? http.getReason()
            : request.getAttribute(ErrorHandler.ERROR_MESSAGE);
    if (status == 503) {
      return Problem.unavailable(
          "Too many requests at once, or the server is stopping; try again.");
    }
    String said = message == null ? "" : Shown.text(message.toString());
    if (status == 405) {
      return Problem.of(status, said).withHeader("Allow", "GET, HEAD, POST");
    }
    if (status == 400 && (said.isEmpty() || said.equals(Titles.of(status)))) {
      return Problem.of(status, "The request's target or a header breaks the rules of HTTP.");
    }
    // What went wrong inside is for the log.
    return Problem.of(status, status < 500 && !said.isEmpty() ? said : Titles.of(status));
  }
}
