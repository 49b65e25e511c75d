package dev.anabranch.lakehouse.error;

/** A failure that a user can meet: what went wrong with its values, why, and what to do. */
public final class PlatformException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whose move it is; each category maps to one HTTP status and one exit code at the edges. */
  public enum Category {
    /** The request or a setting is wrong: the caller can mend it. */
    USER,
    /** What was asked for is not there. */
    NOT_FOUND,
    /** The request is fine, the state of the platform forbids it now. */
    CONFLICT,
    /** Something that we depend on failed or cannot be reached. */
    EXTERNAL,
    /** Memory, disk or another limited resource ran out. */
    RESOURCES,
    /** A defect of ours. */
    INTERNAL
  }

  private final Category category;

  public PlatformException(Category category, String message) {
    super(message);
    this.category = category;
  }

  public PlatformException(Category category, String message, Throwable cause) {
    super(message, cause);
    this.category = category;
  }

  public Category category() {
    return category;
  }

  public static PlatformException user(String message) {
    return new PlatformException(Category.USER, message);
  }

  public static PlatformException notFound(String message) {
    return new PlatformException(Category.NOT_FOUND, message);
  }

  public static PlatformException conflict(String message) {
    return new PlatformException(Category.CONFLICT, message);
  }

  public static PlatformException external(String message, Throwable cause) {
    return new PlatformException(Category.EXTERNAL, message, cause);
  }
}
