package dchat.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.TBSCertificate;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** A certificate authority for one test: real keys and certificates in moments, in PEM. */
public final class Authority {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String name;
  private final KeyPair keys;
  private final X509Certificate certificate;

  public Authority(String name) throws GeneralSecurityException, IOException {
    this.name = name;
    keys = newKeys();
    certificate =
        sign(name, keys, Instant.now().plus(Duration.ofDays(1)), List.of(), List.of(), true);
  }

  /** What a test may want to be different. */
  public record Wish(Instant expires, List<String> hosts, List<KeyPurposeId> uses) {
    public static Wish usual() {
      return new Wish(
          Instant.now().plus(Duration.ofDays(90)),
          List.of("127.0.0.1", "localhost"),
          List.of(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth));
    }

    public Wish expires(Instant at) {
      return new Wish(at, hosts, uses);
    }

    public Wish hosts(String... names) {
      return new Wish(expires, List.of(names), uses);
    }

    public Wish uses(KeyPurposeId... purposes) {
      return new Wish(expires, hosts, List.of(purposes));
    }
  }

  /** Writes a key and a certificate for 127.0.0.1 and localhost, and the CA. */
  public TlsFiles issue(Path folder, String subject) throws GeneralSecurityException, IOException {
    return issue(folder, subject, Wish.usual());
  }

  public TlsFiles issue(Path folder, String subject, Wish wish)
      throws GeneralSecurityException, IOException {
    KeyPair own = newKeys();
    X509Certificate signed = sign(subject, own, wish.expires(), wish.hosts(), wish.uses(), false);
    Files.createDirectories(folder);
    Path ca = folder.resolve("ca.pem");
    Path key = folder.resolve(subject + "-key.pem");
    Path cert = folder.resolve(subject + ".pem");
    Files.writeString(ca, pem("CERTIFICATE", certificate.getEncoded()));
    Files.writeString(key, pem("PRIVATE KEY", own.getPrivate().getEncoded()));
    Files.writeString(cert, pem("CERTIFICATE", signed.getEncoded()));
    return new TlsFiles(cert, key, Optional.of(ca));
  }

  /** For a client that trusts this authority alone. */
  public SSLContext clientContext() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", certificate);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private X509Certificate sign(
      String subject,
      KeyPair own,
      Instant expires,
      List<String> hosts,
      List<KeyPurposeId> uses,
      boolean authority)
      throws GeneralSecurityException, IOException {
    var algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
    var body = new V3TBSCertificateGenerator();
    body.setSerialNumber(new ASN1Integer(new BigInteger(64, RANDOM)));
    body.setSignature(algorithm);
    body.setIssuer(new X500Name("CN=" + name));
    body.setSubject(new X500Name("CN=" + subject));
    body.setStartDate(new Time(Date.from(Instant.now().minus(Duration.ofDays(30)))));
    body.setEndDate(new Time(Date.from(expires)));
    body.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(own.getPublic().getEncoded()));
    var extensions = new ExtensionsGenerator();
    extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
    if (!hosts.isEmpty()) {
      GeneralName[] names = hosts.stream().map(Authority::name).toArray(GeneralName[]::new);
      extensions.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    }
    if (!uses.isEmpty()) {
      extensions.addExtension(
          Extension.extendedKeyUsage,
          false,
          new ExtendedKeyUsage(uses.toArray(KeyPurposeId[]::new)));
    }
    body.setExtensions(extensions.generate());
    TBSCertificate unsigned = body.generateTBSCertificate();
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(keys.getPrivate());
    signature.update(unsigned.getEncoded(ASN1Encoding.DER));
    var parts = new ASN1EncodableVector();
    parts.add(unsigned);
    parts.add(algorithm);
    parts.add(new DERBitString(signature.sign()));
    byte[] der = new DERSequence(parts).getEncoded(ASN1Encoding.DER);
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  private static GeneralName name(String host) {
    boolean address = host.matches("[0-9.]+");
    return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, host);
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }

  static String pem(String type, byte[] content) {
    List<String> lines = new ArrayList<>();
    lines.add("-----BEGIN " + type + "-----");
    lines.add(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content));
    lines.add("-----END " + type + "-----");
    return String.join("\n", lines) + "\n";
  }
}
