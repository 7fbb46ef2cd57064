# All three services in one image, only to load the demo data into a site of containers: python -m deploy.demo
FROM python:3.11.14-slim-bookworm AS packages
COPY requirements/run.lock /requirements.lock
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r /requirements.lock

FROM python:3.11.14-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home partnerschap
COPY --from=packages /venv /venv
WORKDIR /app
COPY shared shared
COPY services services
COPY deploy/__init__.py deploy/
COPY deploy/demo deploy/demo
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001
CMD ["python", "-m", "deploy.demo"]
