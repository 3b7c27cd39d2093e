using Causeway.Testing;

[assembly: AssemblyFixture(typeof(PostgresServer))]
