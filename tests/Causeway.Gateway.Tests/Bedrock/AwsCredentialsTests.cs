using Causeway.Gateway.Upstreams.Bedrock;
using Causeway.Testing;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Bedrock;

/// <summary>Where AWS credentials come from when the spec has none.</summary>
public sealed class AwsCredentialsTests : IDisposable
{
    private static readonly DateTimeOffset _noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider _time = new(_noon);
    private readonly TempFolder _home = new();
    private readonly Dictionary<string, string> _environment = new() { ["AWS_EC2_METADATA_DISABLED"] = "true" };

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task The_environment_goes_first()
    {
        (_environment["AWS_ACCESS_KEY_ID"], _environment["AWS_SECRET_ACCESS_KEY"], _environment["AWS_SESSION_TOKEN"]) = ("id", "secret", "token");
        WriteProfiles();

        Assert.Equal(new AwsCredentials("id", "secret", "token"), await FindAsync());
    }

    [Theory]
    [InlineData(null, "from-default")]
    [InlineData("prod", "from-prod")]
    [InlineData("configured", "from-config")]
    [InlineData("role-only", null)]
    public async Task A_profile_with_static_keys_is_read_from_the_command_lines_files(string? profile, string? id)
    {
        if (profile is not null) _environment["AWS_PROFILE"] = profile;
        WriteProfiles();

        Assert.Equal(id, (await FindAsync())?.AccessKeyId);
    }

    [Fact]
    public async Task The_containers_agent_is_asked_with_its_token()
    {
        await using var agent = FakeUpstream.Json(Temporary("container", _noon.AddHours(1)));
        (_environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"], _environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]) = (agent.BaseUrl, "agent-token");

        Assert.Equal(new AwsCredentials("container", "secret", "token", _noon.AddHours(1)), await FindAsync());
        Assert.Equal("agent-token", agent.Requests.Single().Header("Authorization"));
    }

    [Fact]
    public async Task A_token_goes_to_no_strange_address_in_clear_text()
    {
        (_environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"], _environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]) = ("http://192.0.2.1/", "agent-token");

        Assert.Null(await FindAsync());
    }

    [Fact]
    public async Task The_instance_is_asked_in_its_second_version_only()
    {
        await using var service = new FakeUpstream(exchange => exchange.Head.Split(' ')[..2] switch
        {
            ["PUT", "/latest/api/token"] => exchange.AnswerAsync(200, "text/plain", "session"),
            ["GET", "/latest/meta-data/iam/security-credentials/"] => exchange.AnswerAsync(200, "text/plain", "role"),
            ["GET", "/latest/meta-data/iam/security-credentials/role"] => exchange.AnswerAsync(200, "application/json", Temporary("instance", _noon.AddHours(6))),
            _ => exchange.AnswerAsync(404, "text/plain", ""),
        });
        _environment.Remove("AWS_EC2_METADATA_DISABLED");
        _environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = $"http://127.0.0.1:{service.Port}";

        Assert.Equal("instance", (await FindAsync())?.AccessKeyId);
        Assert.All(service.Requests.Skip(1), request => Assert.Equal("session", request.Header("X-aws-ec2-metadata-token")));
    }

    [Fact]
    public async Task Temporary_credentials_are_renewed_before_they_end_by_one_request_at_a_time()
    {
        var answers = 0;
        await using var agent = new FakeUpstream(exchange =>
            exchange.AnswerAsync(200, "application/json", Temporary($"id-{Interlocked.Increment(ref answers)}", _time.GetUtcNow().AddHours(1))));
        _environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = agent.BaseUrl;
        using var credentials = State();

        var first = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => credentials.GetAsync(CancellationToken.None).AsTask()));
        Assert.All(first, found => Assert.Equal("id-1", found?.AccessKeyId));
        _time.Advance(TimeSpan.FromMinutes(56));
        // Due, but still good: nobody waits for the new ones.
        Assert.Equal("id-1", (await credentials.GetAsync(CancellationToken.None))?.AccessKeyId);

        await Eventually.GetAsync(() => credentials.GetAsync(CancellationToken.None).AsTask(), found => found?.AccessKeyId == "id-2", "the new credentials");
        Assert.Equal(2, agent.Requests.Count);
    }

    [Fact]
    public async Task A_machine_without_credentials_has_none() => Assert.Null(await FindAsync());

    private async Task<AwsCredentials?> FindAsync()
    {
        using var credentials = State();
        return await credentials.GetAsync(CancellationToken.None);
    }

    private AwsCredentialsState State() => new(null, new AwsSurroundings(name => _environment.GetValueOrDefault(name), _home.Path), _time);

    private void WriteProfiles()
    {
        Directory.CreateDirectory(_home.File(".aws"));
        File.WriteAllText(_home.File(".aws/credentials"), """
            # comment
            [default]
            aws_access_key_id = from-default
            aws_secret_access_key=secret
            [prod]
            aws_access_key_id = from-prod
            aws_secret_access_key = secret
            """);
        File.WriteAllText(_home.File(".aws/config"), """
            [profile configured]
            aws_access_key_id = from-config
            aws_secret_access_key = secret
            [profile role-only]
            role_arn = arn:aws:iam::123456789012:role/x
            """);
    }

    private static string Temporary(string id, DateTimeOffset expires) =>
        $$"""{"AccessKeyId":"{{id}}","SecretAccessKey":"secret","Token":"token","Expiration":"{{expires:yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""";
}
