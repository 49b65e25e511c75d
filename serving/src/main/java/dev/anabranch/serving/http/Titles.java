package dev.anabranch.serving.http;

import org.eclipse.jetty.http.HttpStatus;

/** The names of statuses. */
final class Titles {
  private Titles() {}

  static String of(int status) {
    HttpStatus.Code code = HttpStatus.getCode(status);
    return code == null ? "Error" : code.getMessage();
  }
}
