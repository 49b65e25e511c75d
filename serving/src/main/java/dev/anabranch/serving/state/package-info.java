/**
 * What serving knows of the lake: threads that follow the tables, and immutable snapshots of what
 * they have seen.
 */
package dev.anabranch.serving.state;
