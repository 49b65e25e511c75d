package dev.anabranch.serving.http;

import io.javalin.http.Handler;

/**
 * A route.
 *
 * @param method GET, which goes for HEAD too, or POST
 * @param path with names of its variable parts in braces
 * @param what it answers, for people
 */
public record Route(String method, String path, String what, Handler handler) {
  public static Route get(String path, String what, Handler handler) {
    return new Route("GET", path, what, handler);
  }

  public static Route post(String path, String what, Handler handler) {
    return new Route("POST", path, what, handler);
  }
}
