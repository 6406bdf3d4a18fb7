namespace Causeway.Gateway.Upstreams.Bedrock;

/// <summary>
/// Static credentials in the AWS command line's files. Profiles that name a role, a single sign-on or a process are passed over: those
/// need a login, which a gateway's machine gives by other means.
/// </summary>
internal static class AwsProfiles
{
    private const int MaxBytes = 1 << 20;

    public static AwsCredentials? Read(AwsSurroundings around)
    {
        var profile = around.Find("AWS_PROFILE") ?? "default";
        var credentials = around.Find("AWS_SHARED_CREDENTIALS_FILE") ?? Path.Combine(around.Home, ".aws", "credentials");
        var config = around.Find("AWS_CONFIG_FILE") ?? Path.Combine(around.Home, ".aws", "config");
        return Of(Section(credentials, [profile])) ?? Of(Section(config, ["profile " + profile, profile]));
    }

    private static AwsCredentials? Of(Dictionary<string, string> section) =>
        section.TryGetValue("aws_access_key_id", out var id) && section.TryGetValue("aws_secret_access_key", out var secret)
            ? new AwsCredentials(id, secret, section.GetValueOrDefault("aws_session_token")) : null;

    private static Dictionary<string, string> Section(string file, string[] names)
    {
        var section = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (!File.Exists(file) || new FileInfo(file).Length > MaxBytes) return section;
        var isInside = false;
        foreach (var raw in File.ReadLines(file))
        {
            var line = raw.Trim();
            if (line.StartsWith('[')) isInside = names.Contains(line.Trim('[', ']', ' ').Replace('\t', ' '));
            else if (isInside && line.IndexOf('=') is > 0 and var at && line[0] is not ('#' or ';')) section[line[..at].Trim()] = line[(at + 1)..].Trim();
        }
        return section;
    }
}
