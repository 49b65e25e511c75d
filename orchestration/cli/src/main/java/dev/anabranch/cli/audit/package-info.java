/** What the platform stands on: licences, and vulnerabilities that are known of it. */
package dev.anabranch.cli.audit;
