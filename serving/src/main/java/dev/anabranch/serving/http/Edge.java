package dev.anabranch.serving.http;

import java.util.Map;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What every request passes before it is routed: headers of safety for its answer; a path that is
 * not strictly percent-encoded is refused; a header that would make one method another is dropped.
 */
final class Edge extends Handler.Wrapper {
  private static final Map<String, String> HEADERS =
      Map.of(
          "X-Content-Type-Options", "nosniff",
          "Cache-Control", "no-store",
          "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
          "Referrer-Policy", "no-referrer");
  private static final String METHOD_OVERRIDE = "X-HTTP-Method-Override";

  static void addHeaders(Response response) {
    HEADERS.forEach(response.getHeaders()::put);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    addHeaders(response);
    if (request.getMethod().equals("CONNECT")) {
      // Else the server would take the connection for a tunnel and leave it open.
      response.getHeaders().put(HttpHeader.CONNECTION, "close");
      Response.writeError(request, response, callback, 405, "This server is no proxy.");
      return true;
    }
    try {
      Percent.decode(request.getHttpURI().getPath());
    } catch (Percent.InvalidEncodingException e) {
      Response.writeError(request, response, callback, 400, "The path " + e.getMessage() + ".");
      return true;
    }
    return super.handle(plain(request), response, callback);
  }

  private static Request plain(Request request) {
    if (!request.getHeaders().contains(METHOD_OVERRIDE)) {
      return request;
    }
    HttpFields headers =
        HttpFields.build(request.getHeaders()).remove(METHOD_OVERRIDE).asImmutable();
    return new Request.Wrapper(request) {
      @Override
      public HttpFields getHeaders() {
        return headers;
      }
    };
  }
}
