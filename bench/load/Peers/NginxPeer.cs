using System.Diagnostics;

namespace Causeway.Load.Peers;

/// <summary>nginx as the barest proxy of the same traffic: one worker, connections kept, nothing buffered, nothing logged.</summary>
internal sealed class NginxPeer(Bench bench) : Peer(bench, "nginx")
{
    private readonly string _program = Bench.FindProgram("nginx", "/usr/sbin", "/usr/local/sbin")
        ?? throw new UsageException("nginx was not found; on Debian: apt-get install nginx-light (or leave it out with --peers)");

    public override string Description => $"{Version()}, one worker, `proxy_buffering off`, kept upstream connections, no log";

    protected override ChildProcess Launch()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Bench.Folder, "nginx")).FullName;
        var configuration = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(configuration, Configuration(folder));
        return new ChildProcess(Name, Bench.Placement.Gateway, _program, "-p", folder, "-e", "stderr", "-c", configuration);
    }

    private string Configuration(string folder) => $$"""
        daemon off;
        worker_processes 1;
        worker_rlimit_nofile 20000;
        pid {{folder}}/nginx.pid;
        error_log stderr error;
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        events { worker_connections 10000; }
        http {
            access_log off;
            client_body_temp_path {{folder}}/body;
            proxy_temp_path {{folder}}/proxy;
            fastcgi_temp_path {{folder}}/fastcgi;
            uwsgi_temp_path {{folder}}/uwsgi;
            scgi_temp_path {{folder}}/scgi;
            client_max_body_size 32m;
            client_body_buffer_size 1m;
            keepalive_requests 1000000000;
            upstream mock {
                server 127.0.0.1:{{Bench.MockPort}};
                keepalive 256;
                keepalive_requests 1000000000;
            }
            server {
                listen 127.0.0.1:{{Port}} backlog=4096;
                location / {
                    proxy_pass http://mock;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                    proxy_buffering off;
                }
            }
        }

        """;

    private string Version()
    {
        using var process = Process.Start(new ProcessStartInfo(_program, "-v") { RedirectStandardError = true });
        return process?.StandardError.ReadToEnd().Replace("nginx version:", "", StringComparison.Ordinal).Trim() ?? "nginx";
    }
}
