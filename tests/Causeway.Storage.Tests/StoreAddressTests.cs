using Causeway.Testing;
using Causeway.Workflows.Storage;
using Npgsql;

namespace Causeway.Storage.Tests;

/// <summary>Every way of naming a store: what each means, and what is refused without a word of it being shown.</summary>
public sealed class StoreAddressTests(PostgresServer server)
{
    [Theory]
    [InlineData("Host=db1;Port=6000;Username=u;Password=p;Database=d", "d on db1:6000")]
    [InlineData("Server=db1;UID=u;Pwd=p;DB=d", "d on db1:5432")]
    [InlineData("Server=db1", "of the user's name on db1:5432")]
    [InlineData("host=db1,db2:6000;Database=d;Target Session Attributes=primary", "d on db1:5432, db2:6000")]
    [InlineData("postgresql://u:p%40ss@db1/d", "d on db1:5432")]
    [InlineData(
        "postgres://u@db1:6000,db2,[2001:db8::1]:7000/d?target_session_attrs=read-write&sslmode=verify-full",
        "d on db1:6000, db2:5432, [2001:db8::1]:7000"
    )]
    [InlineData("postgresql://db1/d?user=u&password=p&connect_timeout=3&application_name=x", "d on db1:5432")]
    [InlineData("postgresql:///d?host=db1,db2&port=6000,6001", "d on db1:6000, db2:6001")]
    [InlineData("postgresql://%2Fvar%2Flib%2Fpg/d", "d on /var/lib/pg:5432")]
    [InlineData("host=db1 port=6000 dbname=d user=u password='p;=\\' q'", "d on db1:6000")]
    [InlineData("host = db1,db2  port = 6000  dbname = d", "d on db1:6000, db2:6000")]
    [InlineData("hostaddr=127.0.0.1 host=db1 dbname=d sslmode=disable keepalives_idle=5", "d on 127.0.0.1:5432")]
    [InlineData("HOST=db1 DBNAME=d", "d on db1:5432")]
    public void Every_form_is_understood(string text, string database) =>
        Assert.Equal($"PostgreSQL, database {database}", StoreAddress.Parse(text).ToString());

    [Fact]
    public void What_each_part_means_is_kept()
    {
        NpgsqlConnectionStringBuilder uri = Settings(
            "postgresql://an%20na:p%40ss%2F@db1:6000,db2/d%20b?target_session_attrs=primary&sslmode=verify-ca&sslrootcert=/ca.pem&connect_timeout=7&options=-c%20a%3Db&load_balance_hosts=random"
        );
        Assert.Equal(
            ("an na", "p@ss/", "d b", "primary", 7),
            (uri.Username, uri.Password, uri.Database, uri.TargetSessionAttributes, uri.Timeout)
        );
        Assert.Equal((SslMode.VerifyCA, "/ca.pem", "-c a=b", true), (uri.SslMode, uri.RootCertificate, uri.Options, uri.LoadBalanceHosts));
        NpgsqlConnectionStringBuilder pairs = Settings("host=db1 password='a b\\'c\\\\' user=u\\ v sslmode=allow");
        Assert.Equal(("a b'c\\", "u v", SslMode.Allow), (pairs.Password, pairs.Username, pairs.SslMode));
        Assert.Equal("p;w=d", Settings("Host=db1;Password=\"p;w=d\"").Password);
        Assert.Equal("db1:6000", Settings("host=db1 port=6000").Host);
    }

    private static NpgsqlConnectionStringBuilder Settings(string text) =>
        Assert.IsType<StoreAddress.Postgres>(StoreAddress.Parse(text)).Settings;

    [Theory]
    [InlineData("Hots=db1;Password=s3cret", "There is no such keyword as keyword 1 of 2")]
    [InlineData("Username=u;Password=s3cret", "names no host")]
    [InlineData("Host=db1;Password=s3;cret=x", "There is no such keyword as keyword 3 of 3")]
    [InlineData("Host=db1;Port=s3cret", "The value of keyword 2 of 2 is not one that it can have")]
    [InlineData("Host=db1;s3cret", "cannot be told apart")]
    [InlineData("mysql://u:s3cret@db1/d", "of a kind that no store has")]
    [InlineData("https://db1/?password=s3cret", "no such keyword")]
    [InlineData("postgresql://u:s3cret@db1:99999/d", "port of host 1")]
    [InlineData("postgresql://u:s3cret@db1:x/d", "port of host 1")]
    [InlineData("postgresql://u@db1/d?s3cret=1", "Keyword 4 of 4")]
    [InlineData("postgresql://u@db1/d?s3cret", "has no value")]
    [InlineData("postgresql://u@db1/d?sslmode=s3cret", "The value of 'sslmode'")]
    [InlineData("postgresql://u@db1/d?service=s3cret", "Keyword 4 of 4")]
    [InlineData("host=db1,db2,db3 port=1,2 password=s3cret", "3 hosts and 2 ports")]
    [InlineData("host=db1 password='s3cret", "cannot be told apart")]
    [InlineData("host=db1,db2 target_session_attrs=standby password=s3cret", "written to the primary")]
    [InlineData("Data Source=/s3cret.db", "no such keyword")]
    [InlineData("u:s3cret@127.0.0.1/d", "without the kind of store")]
    [InlineData("postgresql://u:s3cret%ZZ@db1/d", "begins no escape")]
    [InlineData("postgresql://u:s3cret%2@db1/d", "begins no escape")]
    [InlineData("=s3cret", "")]
    [InlineData(";s3cret", "")]
    [InlineData("", "empty")]
    public void What_is_not_understood_is_refused_and_not_shown(string text, string why)
    {
        string message = Assert.Throws<StoreAddressException>(() => StoreAddress.Parse(text)).Message;
        Assert.Contains(why, message, StringComparison.Ordinal);
        Assert.DoesNotContain("s3", message, StringComparison.Ordinal);
        Assert.DoesNotContain("cret", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/var/lib/causeway/causeway.db")]
    [InlineData("causeway.db")]
    [InlineData("C:\\data\\causeway.db")]
    public void A_path_is_a_path(string path) => Assert.Equal(new StoreAddress.Sqlite(path), StoreAddress.Parse(path));

    /// <summary>And the server that is there is really reached.</summary>
    [Fact]
    public async Task Each_form_reaches_a_real_server()
    {
        var there = new NpgsqlConnectionStringBuilder(await server.NewDatabaseAsync());
        foreach (
            string text in (string[])
                [
                    $"Server={there.Host};Port={there.Port};UID={there.Username};DB={there.Database}",
                    $"postgres://{there.Username}@{there.Host}:{there.Port}/{there.Database}",
                    $"postgresql://{there.Username}@127.0.0.1:1,{there.Host}:{there.Port}/{there.Database}?target_session_attrs=read-write",
                    $"postgresql://{there.Username}@{there.Host}:{there.Port}/{there.Database}?target_session_attrs=read-write&sslmode=prefer",
                    $"host={there.Host} port={there.Port} user={there.Username} dbname={there.Database}",
                ]
        )
        {
            await using IStore store = StoreFactory.Open(text, TimeProvider.System);
            await store.MigrateAsync(CancellationToken.None);
            Assert.IsType<CommitOutcome.Committed>(
                await store.CommitAsync(CommitSamples.Create($"c{text.Length}", text.Length), CancellationToken.None)
            );
        }
    }
}
