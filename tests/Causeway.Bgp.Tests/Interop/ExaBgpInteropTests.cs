namespace Causeway.Bgp.Tests.Interop;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public class ExaBgpInteropTests() : DaemonConformance("ExaBGP", 5, plan => new ExaBgpDaemon(plan));
