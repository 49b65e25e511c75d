package dev.anabranch.serving.http;

import dev.anabranch.lakehouse.config.Settings;
import dev.anabranch.lakehouse.error.PlatformException;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who may make changing calls: whoever has the token; without a token, whoever is on this machine,
 * but for pages of other sites in a browser.
 */
public final class Access {
  private static final String SCHEME = "bearer ";
  private static final Pattern TOKEN = Pattern.compile("[!-~]+");
  private static final Pattern LOOPBACK_NAME =
      Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?");

  private final Optional<byte[]> token;

  private Access(Optional<String> token) {
    this.token = token.map(text -> text.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * The rule of these settings.
   *
   * @throws PlatformException where the token cannot be read or cannot be one, or where there is
   *     none and the host is not this machine's own
   */
  public static Access of(Settings settings) {
    Optional<String> token = settings.api().tokenFile().map(Access::read);
    String host = settings.serving().host();
    if (token.isEmpty() && !isLoopback(host)) {
      throw PlatformException.user(
          "Setting serving.host is %s, which others can reach, and no token is set; set api.token_file to a file with one (ANABRANCH_API_TOKEN_FILE), or listen on 127.0.0.1."
              .formatted(host));
    }
    return new Access(token);
  }

  private static String read(Path file) {
    String token;
    try {
      token = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      throw PlatformException.user(
          "Setting api.token_file is %s, which cannot be read: %s.".formatted(file, e));
    }
    if (!TOKEN.matcher(token).matches()) {
      throw PlatformException.user(
          "Setting api.token_file is %s, which holds no token; a token is one word of visible ASCII characters."
              .formatted(file));
    }
    return token;
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw PlatformException.user(
          "Setting serving.host is %s, which is no address of this machine.".formatted(host));
    }
  }

  /**
   * Lets a changing call pass, or not.
   *
   * @throws ProblemException 401 without a token where one is needed, 403 with a wrong one or for a
   *     page of another site
   */
  void requireChange(Context ctx) {
    if (token.isPresent()) {
      requireToken(ctx, token.get());
    } else {
      refuseOtherSites(ctx);
    }
  }

  private static void requireToken(Context ctx, byte[] token) {
    String header = Optional.ofNullable(ctx.header("Authorization")).orElse("").strip();
    String given =
        header.toLowerCase(Locale.ROOT).startsWith(SCHEME)
            ? header.substring(SCHEME.length()).strip()
            : "";
    if (given.isEmpty()) {
      throw new ProblemException(
          Problem.of(401, "This call needs the header Authorization: Bearer TOKEN.")
              .withHeader("WWW-Authenticate", "Bearer realm=\"anabranch\""));
    }
    if (!MessageDigest.isEqual(given.getBytes(StandardCharsets.ISO_8859_1), token)) {
      throw ProblemException.of(403, "The token in the header Authorization is not the right one.");
    }
  }

  /** Only browsers send an origin; a page from elsewhere must not command what runs here. */
  private static void refuseOtherSites(Context ctx) {
    String origin = ctx.header("Origin");
    if (origin == null) {
      return;
    }
    String authority = authority(origin);
    if (!LOOPBACK_NAME.matcher(authority).matches()
        || !authority.equalsIgnoreCase(Optional.ofNullable(ctx.header("Host")).orElse(""))) {
      throw ProblemException.of(
          403,
          "A page from %s may not make this call; set a token to allow other sites that know it."
              .formatted(Shown.text(origin)));
    }
  }

  private static String authority(String origin) {
    try {
      return Optional.ofNullable(URI.create(origin).getRawAuthority()).orElse("");
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
