package dev.anabranch.serving.index;

/** Stands where code is still to come. */
public final class Skeleton {
  private static final boolean DONE = Boolean.getBoolean("anabranch.skeleton");

  private Skeleton() {}

  public static <T> T missing(T stub) {
    if (!DONE) {
      throw new UnsupportedOperationException("Still to come");
    }
    return stub;
  }
}
