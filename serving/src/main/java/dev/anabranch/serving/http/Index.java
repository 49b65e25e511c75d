package dev.anabranch.serving.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code /}, the routes for people and programs, and {@code /openapi.json}. */
public final class Index {
  private final List<Route> routes;
  private final byte[] openApi;

  /**
   * Lists routes.
   *
   * @param routes may still be filled
   */
  public Index(List<Route> routes) {
    this.routes = Collections.unmodifiableList(routes);
    try (InputStream in = Index.class.getResourceAsStream("openapi.json")) {
      this.openApi = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void openApi(Context ctx) {
    ctx.contentType(Json.TYPE).result(openApi);
  }

  public void index(Context ctx) {
    String accepted = Optional.ofNullable(ctx.header("Accept")).orElse("").toLowerCase(Locale.ROOT);
    if (accepted.contains(Json.TYPE) && !accepted.contains("text/html")) {
      json(ctx);
    } else {
      ctx.html(html());
    }
  }

  private void json(Context ctx) {
    Json.answer(
        ctx,
        200,
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("routes");
          for (Route route : routes) {
            json.writeStartObject();
            json.writeStringField("method", route.method());
            json.writeStringField("path", route.path());
            json.writeStringField("what", route.what());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private String html() {
    StringBuilder html =
        new StringBuilder(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Anabranch</title>"
                + "</head><body><h1>Anabranch</h1><p>Lambda and Kappa over the same events. Every"
                + " answer says in <code>as_of</code> what it holds.</p><table>");
    for (Route route : routes) {
      boolean link = route.method().equals("GET") && !route.path().contains("{");
      html.append("<tr><td>").append(route.method()).append("</td><td>");
      if (link) {
        html.append("<a href=\"").append(route.path()).append("\">");
      }
      html.append("<code>").append(route.path()).append("</code>");
      if (link) {
        html.append("</a>");
      }
      html.append("</td><td>").append(route.what()).append("</td></tr>");
    }
    return html.append("</table></body></html>").toString();
  }
}
